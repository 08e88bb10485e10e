// SPDX-License-Identifier: Apache-2.0
import type { Path, Total } from '../../../rpcd/api/index.ts';
import { PATHS } from './query.ts';

/** What connections carry, whatever their path. */
export function totalOf(paths: Record<Path, Total>): Total {
	return PATHS.reduce(
		(sum, path) => ({
			flows: sum.flows + paths[path].flows,
			bytes: sum.bytes + paths[path].bytes,
			packets: sum.packets + paths[path].packets
		}),
		{ flows: 0, bytes: 0, packets: 0 }
	);
}
