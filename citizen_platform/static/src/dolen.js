// The site works without this file. It makes long forms easier where the browser can.
import { Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios, SkipLink, createAll } from "govuk-frontend"

document.body.classList.add("js-enabled", "govuk-frontend-supported")
for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios, SkipLink]) createAll(component)

// Paper shows the reasons too: open every "why" before printing and close what we opened afterwards.
const opened = new Set()
addEventListener("beforeprint", () => {
  for (const why of document.querySelectorAll("details.sheet-why:not([open])")) { why.open = true; opened.add(why) }
})
addEventListener("afterprint", () => {
  for (const why of opened) why.open = false
  opened.clear()
})
