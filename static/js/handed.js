// The device changes hands: what other windows of this browser show leaves their screens.

new BroadcastChannel("hidden").postMessage("handed");
