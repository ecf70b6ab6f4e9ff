// Counts the hour of an emergency access down, and takes the page away when it is over.

const place = document.querySelector("[data-ends]");

if (place) {
  const ends = Date.parse(place.dataset.ends);
  const left = place.querySelector("[data-left]");

  const tick = () => {
    const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    if (seconds === 0) {
      document.querySelector("main").hidden = true;
      location.reload();
      return;
    }
    const minutes = Math.ceil(seconds / 60);
    const words = minutes > 1 ? `${minutes} minutes` : `${seconds} seconds`;
    if (left.textContent !== words) left.textContent = words;
    place.hidden = false;
    setTimeout(tick, 1000);
  };
  tick();
}
