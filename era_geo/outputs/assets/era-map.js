/* What era-geo's maps need beyond Leaflet: the ground from the region's own data, marks that do not cover one another, controls.
   All text arrives as data and is put in place as text, never as HTML. */
"use strict";

/* A mark gets its look a moment after it is made. Until then Leaflet would fetch a picture of a pin, which no map of ours has. */
L.Marker.mergeOptions({ icon: L.divIcon({ className: "", iconSize: [0, 0] }) });

if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
  L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
}

/* Draw the ground: `data.classes` in order of drawing, each {look, shape}; street names for each zoom in `data.names`. */
function eraGround(map, data) {
  const pane = map.createPane("era-ground");
  pane.style.zIndex = 250;
  pane.style.pointerEvents = "none";
  const names = map.createPane("era-names");
  names.style.zIndex = 350;
  names.style.pointerEvents = "none";
  names.setAttribute("aria-hidden", "true");
  const renderer = L.canvas({ pane: "era-ground", padding: 0.4 });
  const drawn = [];

  function add(part, look, extra) {
    const options = { pane: "era-ground", renderer: renderer, interactive: false, style: { weight: 1 } };
    const layer = L.geoJSON(part.shape, options).addTo(map);
    drawn.push({ layer: layer, look: look, extra: extra });
  }
  data.classes.filter((part) => part.look.casing).forEach((part) => {
    add(part, { line: part.look.casing, width_m: part.look.width_m, least_px: part.look.least_px }, 1.6);
  });
  data.classes.forEach((part) => add(part, part.look, 0));

  function widths() {
    const pixels = 1 / eraMetresPerPixel(map);
    drawn.forEach(({ layer, look, extra }) => {
      const weight = look.width_m ? Math.max(look.width_m * pixels, look.least_px) + extra : 0;
      layer.setStyle({
        stroke: Boolean(look.line), color: look.line, weight: weight, opacity: 1,
        fill: Boolean(look.fill), fillColor: look.fill, fillOpacity: 1,
        dashArray: look.dash ? look.dash.map((part) => part * weight).join(" ") : null,
        lineCap: look.dash ? "butt" : "round",
      });
    });
  }

  let shown = L.layerGroup().addTo(map);
  function name() {
    shown.clearLayers();
    (data.names[eraStep(map)] || []).forEach(([text, lat, lon, turn]) => {
      const box = document.createElement("span");
      box.className = "era-name";
      box.style.transform = "translate(-50%, -50%) rotate(" + turn + "deg)";
      box.textContent = text;
      const icon = L.divIcon({ html: box, className: "", iconSize: [0, 0] });
      L.marker([lat, lon], { icon: icon, pane: "era-names", interactive: false, keyboard: false }).addTo(shown);
    });
  }
  map.on("zoomend", () => { widths(); name(); });
  widths();
  name();
}

/* Keep the marks apart: each of `places` is {marker, group, at, by, way}, `by` its place for each zoom. `way`, the way on foot
   (or null), is shown while the place's popup is open. */
function eraSpread(map, places) {
  const lines = places.map((place) => {
    const style = { color: "#1f2328", weight: 1, interactive: false, pane: "overlayPane" };
    return L.polyline([place.at, place.at], style).addTo(place.group);
  });
  function move() {
    const step = eraStep(map);
    places.forEach((place, index) => {
      const at = place.by[step] || place.at;
      place.marker.setLatLng(at);
      lines[index].setLatLngs([place.at, at]);
    });
  }
  /* The tab key goes from place to place, nearest first, whatever layer each is in. */
  function order() {
    places.map((place) => place.marker.getElement()).filter(Boolean).forEach((mark) => mark.parentNode.appendChild(mark));
  }
  places.filter((place) => place.way).forEach((place) => {
    const way = L.polyline(place.way, { color: "#0b4a8f", weight: 4, dashArray: "8 6", interactive: false });
    place.marker.on("popupopen", () => way.addTo(map));
    place.marker.on("popupclose", () => way.remove());
  });
  map.on("zoomend", move);
  map.on("overlayadd", order);
  move();
  order();
  document.querySelectorAll("a[data-place]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const place = places[Number(link.dataset.place) - 1];
      place.group.addTo(map);
      map.getContainer().scrollIntoView({ block: "nearest" });
      place.marker.openPopup();
    });
  });
  eraPopups(map);
}

/* Bring the focus into a popup that opens, and back to where it came from when it closes; Escape closes it. */
function eraPopups(map) {
  let from = null;
  map.on("popupopen", (event) => {
    const box = event.popup.getElement();
    const heading = box.querySelector("h3");
    from = document.activeElement;
    map.getContainer().classList.add("era-popup-open");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", heading ? heading.textContent : "Place");
    box.tabIndex = -1;
    const scrolled = box.querySelector(".leaflet-popup-scrolled");
    if (scrolled) {
      scrolled.tabIndex = 0;
    }
    box.focus({ preventScroll: true });
  });
  map.on("popupclose", (event) => {
    map.getContainer().classList.remove("era-popup-open");
    if (from && event.popup.getElement().contains(document.activeElement)) {
      from.focus({ preventScroll: true });
    }
  });
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      map.closePopup();
    }
  });
}

/* Add scale, north arrow and credits, and show the whole of `bounds`. */
function eraFurniture(map, bounds, limits, credit) {
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(credit);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  const north = L.control({ position: "topleft" });
  north.onAdd = () => {
    const arrow = L.DomUtil.create("div", "era-north");
    arrow.textContent = "N";
    return arrow;
  };
  north.addTo(map);
  const fit = () => {
    map.invalidateSize({ animate: false });
    const size = map.getSize();
    if (size.x > 0 && size.y > 0) {
      map.fitBounds(bounds, { animate: false, padding: [6, 6] });
      map.setMaxBounds(limits);
    }
  };
  /* A map that begins hidden has no size yet. */
  new ResizeObserver(fit).observe(map.getContainer());
  /* Paper has another size than the screen, which is known only after the page has been laid out for it: say it beforehand. */
  const sheet = map.getContainer().closest(".map");
  if (sheet) {
    window.addEventListener("beforeprint", () => { Object.assign(sheet.style, { width: "180mm", height: "150mm" }); fit(); });
    /* Paper cannot be unfolded. */
    let folded = [];
    window.addEventListener("beforeprint", () => {
      folded = Array.from(document.querySelectorAll("details:not([open])"));
      folded.forEach((part) => { part.open = true; });
    });
    window.addEventListener("afterprint", () => { folded.forEach((part) => { part.open = false; }); });
    window.addEventListener("afterprint", () => { Object.assign(sheet.style, { width: "", height: "" }); fit(); });
  }
  fit();
}

function eraStep(map) {
  return (Math.round(map.getZoom() * 2) / 2).toFixed(1);
}

function eraMetresPerPixel(map) {
  return 156543.03392 * Math.cos(map.getCenter().lat * Math.PI / 180) / Math.pow(2, map.getZoom());
}
