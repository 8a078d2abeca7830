/** A drawing of the page as a file that stands alone: its styles written into it, on white, under its title. */

const STYLES = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'opacity', 'font-family', 'font-size', 'font-weight', 'font-variant-numeric', 'text-anchor', 'dominant-baseline', 'paint-order', 'white-space',
]
const SVG = 'http://www.w3.org/2000/svg'
const [TITLE, MARGIN] = [18, 24]
/** Sharp on paper: dots for each unit of the drawing. */
const SHARP = 3

interface Picture {
  text: string
  width: number
  height: number
}

function standing(drawing: SVGSVGElement, title: string): Picture {
  const copy = drawing.cloneNode(true) as SVGSVGElement
  const [from, to] = [drawing, copy].map((root) => [root, ...root.querySelectorAll('*')]) as [Element[], Element[]]
  from.forEach((one, i) => {
    const style = getComputedStyle(one)
    const own = STYLES.map((name) => [name, style.getPropertyValue(name)]).filter(([, value]) => value)
    to[i]!.setAttribute('style', own.map(([name, value]) => `${name}:${value}`).join(';'))
  })
  // What was only pointed at, and the ways of the page, are no part of the picture.
  copy.querySelectorAll('[data-passing], .ring').forEach((one) => one.remove())
  copy.querySelectorAll('a').forEach((one) => one.removeAttribute('href'))
  for (const one of [copy, ...copy.querySelectorAll('*')]) for (const { name } of [...one.attributes]) if (name.startsWith('data-v-') || name === 'class' || name === 'tabindex') one.removeAttribute(name)
  const [, , wide, tall] = (drawing.getAttribute('viewBox') ?? `0 0 ${drawing.clientWidth} ${drawing.clientHeight}`).split(/[\s,]+/).map(Number) as [number, number, number, number]
  const head = TITLE + MARGIN * 1.5
  const [width, height] = [wide + 2 * MARGIN, tall + head + MARGIN]
  const sheet = document.createElementNS(SVG, 'svg')
  sheet.setAttribute('xmlns', SVG)
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, style: `font-family:${getComputedStyle(drawing).fontFamily.replaceAll('"', "'")}` })) sheet.setAttribute(name, String(value))
  const ground = document.createElementNS(SVG, 'rect')
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: '#fff' })) ground.setAttribute(name, value)
  const words = document.createElementNS(SVG, 'text')
  for (const [name, value] of Object.entries({ x: MARGIN, y: MARGIN + TITLE * 0.7, 'font-size': TITLE, 'font-weight': 600, fill: '#1b1f24' })) words.setAttribute(name, String(value))
  words.textContent = title
  for (const [name, value] of Object.entries({ x: MARGIN, y: head, width: wide, height: tall })) copy.setAttribute(name, String(value))
  sheet.append(ground, words, copy)
  return { text: new XMLSerializer().serializeToString(sheet), width, height }
}

export async function asSvg(drawing: SVGSVGElement, title: string): Promise<Blob> {
  return Promise.resolve(new Blob([standing(drawing, title).text], { type: 'image/svg+xml;charset=utf-8' }))
}

export async function asPng(drawing: SVGSVGElement, title: string): Promise<Blob> {
  const { text, width, height } = standing(drawing, title)
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml;charset=utf-8' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = width * SHARP
    canvas.height = height * SHARP
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise<Blob>((made, failed) => canvas.toBlob((blob) => (blob ? made(blob) : failed(new Error('no picture'))), 'image/png'))
  } finally {
    URL.revokeObjectURL(address)
  }
}
