// The site works without this file. It makes long forms easier where the browser can.
import { Button, CharacterCount, ErrorSummary, PasswordInput, SkipLink, createAll } from "govuk-frontend"

document.body.classList.add("js-enabled", "govuk-frontend-supported")
for (const component of [Button, CharacterCount, ErrorSummary, PasswordInput, SkipLink]) createAll(component)

// "None of these" and its neighbours put each other out. (What opens under a choice is done by the stylesheet.)
addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox" || !target.checked) return
  const alone = target.dataset.behaviour === "exclusive"
  for (const other of target.closest(".govuk-checkboxes")?.querySelectorAll("input[type=checkbox]") ?? []) {
    if (other !== target && other.name === target.name && (alone || other.dataset.behaviour === "exclusive")) other.checked = false
  }
})

// Paper shows the reasons too: open every "why" before printing and close what we opened afterwards.
const opened = new Set()
addEventListener("beforeprint", () => {
  for (const why of document.querySelectorAll("details.sheet-why:not([open])")) { why.open = true; opened.add(why) }
})
addEventListener("afterprint", () => {
  for (const why of opened) why.open = false
  opened.clear()
})
