/** Handing files to the person: download, open for printing. */

export function download(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 30_000)
}

/** Print a PDF through a hidden frame, so the screen keeps its place. */
export function printPdf(content: Blob): void {
  const address = URL.createObjectURL(content)
  const frame = document.createElement('iframe')
  frame.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px;border:0;opacity:0'
  frame.title = 'print'
  frame.setAttribute('aria-hidden', 'true')
  // A frame without this is a stop of the Tab key that nobody sees.
  frame.tabIndex = -1
  frame.src = address
  frame.onload = () => {
    try {
      frame.contentWindow?.print()
    } catch {
      window.open(address, '_blank', 'noopener')
    }
  }
  document.body.append(frame)
  setTimeout(() => {
    frame.remove()
    URL.revokeObjectURL(address)
  }, 120_000)
}

export function openBlob(content: Blob): void {
  const address = URL.createObjectURL(content)
  window.open(address, '_blank', 'noopener')
  setTimeout(() => URL.revokeObjectURL(address), 120_000)
}

/** Copy text; without the clipboard of secure pages through a selection. */
export async function toClipboard(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard) return clipboard.writeText(text).then(() => true, () => false)
  const area = Object.assign(document.createElement('textarea'), { value: text, readOnly: true })
  area.style.cssText = 'position:fixed;opacity:0'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}
