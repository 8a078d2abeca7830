/**
 * Several photographs as one PDF, a sheet of A4 each, upright or lying as the picture is.
 *
 * The camera's JPEG goes in byte for byte, so nothing is lost and nothing but offsets is written here: a whole PDF library would be
 * a hundred times what this needs. Pictures have three colours, as every canvas gives them.
 */

export interface PhotographedPage {
  jpeg: Blob
  width: number
  height: number
}

/** Points, 72 to the inch. */
const A4 = { short: 595.28, long: 841.89 }
/** Objects that come before those of the pages: the catalogue and the list of pages. */
const FIRST_OF_PAGES = 3
const OBJECTS_A_PAGE = 3

export async function pagesToPdf(pages: readonly PhotographedPage[]): Promise<Blob> {
  const text = new TextEncoder()
  const parts: (Uint8Array<ArrayBuffer> | Blob)[] = []
  const offsets: number[] = []
  let length = 0
  const write = (part: string | Blob): void => {
    const bytes = typeof part === 'string' ? text.encode(part) : part
    parts.push(bytes)
    length += bytes instanceof Blob ? bytes.size : bytes.length
  }
  const object = (body: string, stream?: string | Blob): void => {
    offsets.push(length)
    write(`${offsets.length} 0 obj\n${body}\n`)
    if (stream !== undefined) {
      write('stream\n')
      write(stream)
      write('\nendstream\n')
    }
    write('endobj\n')
  }

  const numberOf = (page: number): number => FIRST_OF_PAGES + page * OBJECTS_A_PAGE
  write('%PDF-1.4\n')
  object('<< /Type /Catalog /Pages 2 0 R >>')
  object(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, n) => `${numberOf(n)} 0 R`).join(' ')}] >>`)
  for (const [n, page] of pages.entries()) {
    const sheet = page.width > page.height ? { width: A4.long, height: A4.short } : { width: A4.short, height: A4.long }
    const scale = Math.min(sheet.width / page.width, sheet.height / page.height)
    const [width, height] = [page.width * scale, page.height * scale]
    const drawing = `q ${[width, 0, 0, height, (sheet.width - width) / 2, (sheet.height - height) / 2].map((one) => one.toFixed(2)).join(' ')} cm /Photo Do Q`
    const [content, photo] = [numberOf(n) + 1, numberOf(n) + 2]
    object(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${sheet.width} ${sheet.height}] /Resources << /XObject << /Photo ${photo} 0 R >> >> /Contents ${content} 0 R >>`)
    object(`<< /Length ${drawing.length} >>`, drawing)
    object(`<< /Type /XObject /Subtype /Image /Width ${page.width} /Height ${page.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${page.jpeg.size} >>`, page.jpeg)
  }
  const table = length
  write(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`)
  write(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`)
  return new Blob(parts, { type: 'application/pdf' })
}
