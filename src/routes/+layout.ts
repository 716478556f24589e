// A static single-page app: the Worker serves the shells, the browser draws them.
export const ssr = false;
export const prerender = false;
