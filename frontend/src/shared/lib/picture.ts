/** Turning and cutting a picture that the camera took. */

export interface Cut {
  /** Shares of the turned picture, 0 to 1. */
  x: number
  y: number
  width: number
  height: number
}
export const WHOLE: Cut = { x: 0, y: 0, width: 1, height: 1 }
const LEAST = 0.05

/** The rectangle between two points, within the picture; null when it is too small to be meant. */
export function cutBetween(a: { x: number; y: number }, b: { x: number; y: number }): Cut | null {
  const within = (share: number): number => Math.min(1, Math.max(0, share))
  const [left, right] = [within(Math.min(a.x, b.x)), within(Math.max(a.x, b.x))]
  const [top, bottom] = [within(Math.min(a.y, b.y)), within(Math.max(a.y, b.y))]
  return right - left < LEAST || bottom - top < LEAST ? null : { x: left, y: top, width: right - left, height: bottom - top }
}

export function turned(source: HTMLCanvasElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [source.height, source.width]
  const pen = canvas.getContext('2d')
  pen?.translate(canvas.width, 0)
  pen?.rotate(Math.PI / 2)
  pen?.drawImage(source, 0, 0)
  return canvas
}

export function cutOut(source: HTMLCanvasElement, cut: Cut): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(source.width * cut.width)
  canvas.height = Math.round(source.height * cut.height)
  canvas.getContext('2d')?.drawImage(source, Math.round(source.width * cut.x), Math.round(source.height * cut.y), canvas.width, canvas.height, 0, 0, canvas.width, canvas.height)
  return canvas
}
