/** The system's Chromium, driven by playwright-core, with the project's own Chinese fonts. */
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { python } from './paths'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

// Without the network flags Chromium asks its maker's hosts at every start; the fake devices stand in for the document camera.
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--lang=zh-CN',
  '--font-render-hinting=none',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
]

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.LINLI_CHROMIUM ?? CANDIDATES.find(existsSync)
  if (!executablePath) throw new Error('no Chromium: install it, or name it in LINLI_CHROMIUM')
  return chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ARGUMENTS,
    env: { ...process.env, FONTCONFIG_FILE: fontconfig() } as Record<string, string>,
  })
}

function fontconfig(): string {
  return process.env.FONTCONFIG_FILE ?? python(['-c', 'from linli_launcher.fonts import *; print(fontconfig_file(ensure_fonts()))']).trim()
}
