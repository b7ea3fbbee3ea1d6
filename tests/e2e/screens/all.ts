import { cleaning } from './cleaning.ts'
import { decoding } from './decoding.ts'
import { inspecting } from './inspecting.ts'
import { opening } from './opening.ts'
import { projects } from './projects.ts'
import type { Scene } from './scene.ts'
import { sharing } from './sharing.ts'
import { waiting } from './waiting.ts'
import { workbench } from './workbench.ts'

/** Every screen of the window, in the order in which people come to them. */
export const scenes: readonly Scene[] = [...opening, ...waiting, ...workbench, ...inspecting, ...cleaning, ...projects, ...decoding, ...sharing]
