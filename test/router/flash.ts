// SPDX-License-Identifier: Apache-2.0
/** The flash, on which /etc lies: what it makes of writes, and what of them is there after a crash. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `full`: what is written stays empty, and who writes is told of success. */
export type FlashState = 'works' | 'full' | 'read-only';

/** Programs of the root read here what the flash is like. */
const STATE = 'run/virtual-kernel/flash';
/** What a crash leaves of /etc. */
const WRITTEN = 'run/virtual-kernel/written';

export class Flash {
	readonly #root: string;
	#state: FlashState = 'works';

	constructor(root: string) {
		this.#root = root;
	}

	get state(): FlashState {
		return this.#state;
	}

	set state(state: FlashState) {
		this.#state = state;
		mkdirSync(join(this.#root, 'run/virtual-kernel'), { recursive: true });
		writeFileSync(join(this.#root, STATE), `${state}\n`);
	}

	/** Writes a file of it over; false where it takes nothing. */
	write(file: string, bytes: string | Buffer): boolean {
		if (this.#state === 'read-only') return false;
		writeFileSync(file, this.#state === 'full' ? '' : bytes);
		return true;
	}

	/** From now on a crash leaves all that is written so far. */
	sync(): void {
		this.#copy('etc', WRITTEN);
	}

	/** What was not written out is lost. */
	crash(): void {
		this.#copy(WRITTEN, 'etc');
	}

	#copy(from: string, to: string): void {
		rmSync(join(this.#root, to), { recursive: true, force: true });
		cpSync(join(this.#root, from), join(this.#root, to), {
			recursive: true,
			preserveTimestamps: true,
			verbatimSymlinks: true
		});
	}
}
