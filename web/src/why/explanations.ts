// SPDX-License-Identifier: Apache-2.0
import type { ExplainFlowArguments, Flow, FlowReason } from '../../../rpcd/api/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { Rest } from '../lib/rest.ts';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';
import { shortReasons } from './reasons.ts';

/** Milliseconds after which the router is asked anew why a connection is still on the CPU. */
const OLD = 300_000;

/** What holds until the connection's next packet. */
const PASSING: readonly FlowReason['code'][] = ['few_packets', 'idle', 'timed_out'];

const packetsOf = ({ original, reply }: Flow) => (original.packets ?? 0) + (reply.packets ?? 0);

/** A connection of the list, by the name that it keeps there. */
interface Listed {
	key: string;
	flow: Flow;
}

export function toArguments({ family, protocol, original }: Flow): ExplainFlowArguments {
	const { source, destination, source_port, destination_port } = original;
	return {
		family,
		protocol,
		source,
		destination,
		...(source_port !== null && { source_port }),
		...(destination_port !== null && { destination_port })
	};
}

/** Why connections of the list are on the CPU: the router is asked for one at a time, and rests in between. */
export class Explanations {
	readonly #router: Pick<UbusClient, 'call'>;
	readonly #rest: Rest;
	readonly #clock: Clock;
	readonly #told: Value<ReadonlyMap<string, string>>;
	/** When each was asked for. */
	readonly #asked = new Map<string, number>();
	/** At how many packets of it what passes was told. */
	readonly #passing = new Map<string, number>();
	#asking = false;

	constructor(router: Pick<UbusClient, 'call'>, rest: Rest, clock: Clock, changed: Changed) {
		this.#router = router;
		this.#rest = rest;
		this.#clock = clock;
		this.#told = new Value<ReadonlyMap<string, string>>(new Map(), changed);
	}

	/** In a few words, by key. */
	get told(): ReadonlyMap<string, string> {
		return this.#told.value;
	}

	/** Asks for the first of these for which nobody has asked, or not for long; what is none of them any more is forgotten, and what has passed. */
	async askForOne(listed: readonly Listed[]): Promise<void> {
		const holds = ({ key, flow }: Listed) => (this.#passing.get(key) ?? packetsOf(flow)) === packetsOf(flow);
		this.#forgetOthers(new Set(listed.filter(holds).map(({ key }) => key)));
		if (this.#asking || this.#rest.left > 0) return;
		const now = this.#clock.now();
		const age = ({ key }: Listed) => now - (this.#asked.get(key) ?? -Infinity);
		const next = listed.find((each) => age(each) === Infinity) ?? listed.find((each) => age(each) > OLD);
		if (!next) return;
		this.#asking = true;
		this.#asked.set(next.key, now);
		try {
			const given = toArguments(next.flow);
			const answer = await this.#router.call('luci.nft-offload', 'explain_flow', given, { alone: true });
			this.#rest.add(answer.took_us);
			if (answer.reasons.some(({ code }) => PASSING.includes(code)))
				this.#passing.set(next.key, packetsOf(next.flow));
			this.#told.value = new Map(this.told).set(next.key, shortReasons(answer.reasons));
		} catch (error) {
			// Its row says nothing of it, and who opens it is told what went wrong.
			if (!(error instanceof UbusError)) throw error;
			this.#rest.add((this.#clock.now() - now) * 1000);
		} finally {
			this.#asking = false;
		}
	}

	#forgetOthers(keys: ReadonlySet<string>): void {
		for (const known of [this.#asked, this.#passing])
			for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
		if ([...this.told.keys()].some((key) => !keys.has(key)))
			this.#told.value = new Map([...this.told].filter(([key]) => keys.has(key)));
	}
}
