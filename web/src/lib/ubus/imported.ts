// SPDX-License-Identifier: Apache-2.0
import { UbusError } from './error.ts';
import { problem } from './import.ts';
import { isRecord, type Mismatch, type Shape } from './shape.ts';

/** The data as what its shape says; a problem, or data of another shape, is an error. */
export function imported<T>(call: string, shape: Shape<T>, data: unknown): T {
	let reason = '';
	let place = '$';
	const mismatch: Mismatch = (path, expected) => {
		reason = `not ${expected}`;
		place = path;
		return false;
	};
	if (isRecord(data) && Object.hasOwn(data, 'problem')) {
		if (problem(data, '$', mismatch)) throw new UbusError({ kind: 'problem', problem: data }, call);
	} else if (shape(data, '$', mismatch)) return data;
	throw new UbusError({ kind: 'protocol', reason, path: place }, call);
}
