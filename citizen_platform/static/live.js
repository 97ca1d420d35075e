// A page that shows work under way marks the part that changes with data-live. It is fetched again every two seconds;
// once the part is gone the work has ended, and the whole page is loaded once more. Without scripts a link does the same.
const look = async () => {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } })
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-live]")
    if (response.ok && !fresh) return location.reload()
    if (fresh) document.querySelector("[data-live]").replaceChildren(...fresh.childNodes)
  } catch { /* the network is away: look again later */ }
  setTimeout(look, 2000)
}
setTimeout(look, 2000)
