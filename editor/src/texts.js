// The words of the editor and of the search: whoever words something anew or translates it reads this file, beside `static/js/texts.js`.

// Breakpoints (stops.js)
export const RUN_STOPS_HERE = 'The run stops before this line';

// The page of search (search.js)
const pages = (count) => (count === 1 ? '1 page' : `${count} pages`);
export const firstPlaces = (places, of) => `The first ${places} places, on ${pages(of)}.`;
export const allPlaces = (places, of) => `${places === 1 ? '1 place' : `${places} places`}, on ${pages(of)}.`;
export const nothingHas = (words) => `Nothing here has “${words}”. Fewer or shorter words find more.`;
export const notFetched = (why) => `The list of what to search could not be fetched (${why}). Type on to try again.`;
