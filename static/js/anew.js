// A page that a browser kept and shows again, by Back, is asked for anew: who may see it is decided each time.

addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
