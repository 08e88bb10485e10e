// SPDX-License-Identifier: Apache-2.0
import type { Comparison, StartComparisonArguments } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';

const OBJECT = 'luci.nft-offload';
/** Milliseconds between an answer and the next question; while it measures, since a look takes the processor that is measured. */
const PAUSE = 1000;
const MEASURING_PAUSE = 5000;

/** The comparison that the router carries out, whoever has started it, or the last one's result. */
export class GainState {
	readonly #router: Pick<UbusClient, 'call'>;
	readonly #ended: () => void;
	readonly #comparison: Value<Comparison | null>;
	readonly #error: Value<UbusError | null>;
	#next: ReturnType<typeof setTimeout> | undefined;
	/** Of several questions the last one's answer counts. */
	#asked = 0;

	/** `ended` is called when one that was seen running has ended. */
	constructor(router: Pick<UbusClient, 'call'>, changed: Changed, ended: () => void) {
		this.#router = router;
		this.#ended = ended;
		this.#comparison = new Value<Comparison | null>(null, changed);
		this.#error = new Value<UbusError | null>(null, changed);
	}

	/** Null until the router has answered. */
	get comparison(): Comparison | null {
		return this.#comparison.value;
	}

	/** Why the last question failed, or why nothing was started; null when it did not. */
	get error(): UbusError | null {
		return this.#error.value;
	}

	async look(): Promise<void> {
		await this.#ask(() => this.#router.call(OBJECT, 'get_comparison', {}));
	}

	async start(args: StartComparisonArguments): Promise<void> {
		await this.#ask(() => this.#router.call(OBJECT, 'start_comparison', args));
	}

	async stop(): Promise<void> {
		const { comparison } = this;
		if (comparison?.state !== 'running') return;
		const { id } = comparison.report;
		await this.#ask(() => this.#router.call(OBJECT, 'stop_comparison', { id }));
	}

	/** Nobody looks any more. */
	leave(): void {
		clearTimeout(this.#next);
	}

	/** One that runs is looked at again and again, while somebody sees the page. */
	async #ask(question: () => Promise<Comparison>): Promise<void> {
		const turn = ++this.#asked;
		const ran = this.#comparison.value?.state === 'running';
		clearTimeout(this.#next);
		try {
			const comparison = await question();
			if (turn !== this.#asked) return;
			this.#comparison.value = comparison;
			this.#error.value = null;
			if (ran && comparison.state !== 'running') this.#ended();
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			this.#error.value = error;
		}
		this.#follow();
	}

	#follow(): void {
		clearTimeout(this.#next);
		const { comparison } = this;
		if (comparison?.state !== 'running') return;
		const { step, seconds_left } = comparison;
		const rest = step === 'measuring' ? Math.min(MEASURING_PAUSE, 1000 * (seconds_left ?? 0)) : 0;
		this.#next = setTimeout(
			() => {
				if (document.hidden) this.#follow();
				else void this.look();
			},
			Math.max(PAUSE, rest)
		);
	}
}
