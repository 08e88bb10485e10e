// SPDX-License-Identifier: Apache-2.0
/** The fastest first. */
import type { ClientRates } from './clients.ts';
import type { ClientTotal } from '../../../rpcd/api/index.ts';
import { sum, type Rate, type Rates } from './rates.ts';
import { isLocal, type Own } from './own.ts';
import type { Row } from './rows.ts';

/** Those that pass through the router by their rate, then its own; equal ones stay as the router lists them, largest first. */
export function byRate(rows: readonly Row[], rates: Rates, own: Own): Row[] {
	const ranked = rows.map((row) => ({
		row,
		local: isLocal(row.flow, own),
		speed: speedOf(sum(rates.of(row.key)))
	}));
	return ranked.sort((a, b) => Number(a.local) - Number(b.local) || b.speed - a.speed).map(({ row }) => row);
}

export function clientsByRate(clients: readonly ClientTotal[], rates: ClientRates): ClientTotal[] {
	const speed = ({ address }: ClientTotal) => rates.of(address, 'bytes') ?? 0;
	return [...clients].sort((a, b) => speed(b) - speed(a));
}

/** What is not known or not counted comes behind what moves, and before what stands still. */
const speedOf = (rate: Rate): number => (typeof rate === 'string' ? 0.5 : rate.bytes);
