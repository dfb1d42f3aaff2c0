// Elements without innerHTML: what streams are called and what labels say never becomes markup.

const svgNamespace = 'http://www.w3.org/2000/svg';

/** An element with attributes and children; a string child is text. `null` attributes and children are left out. */
export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function s(name, attributes = {}, ...children) {
  return filled(document.createElementNS(svgNamespace, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Changes a text only if it is another: a selection in it survives. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Something for those who do not see the page. */
export function announce(text) {
  const place = document.getElementById('announcements');
  place.append(h('p', {}, text));
  while (place.childElementCount > 5) place.firstElementChild.remove();
}

/** What was chosen on this device, if that can be kept. */
export const settings = {
  get(name, otherwise) {
    try {
      return localStorage.getItem(`shuffled.${name}`) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`shuffled.${name}`, value);
    } catch { /* It holds for this page then. */ }
  },
};
