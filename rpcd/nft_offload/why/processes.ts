// SPDX-License-Identifier: Apache-2.0
/** What runs. */
import { list, read_line } from 'nft_offload.base.files';
import { matches } from 'nft_offload.base.value';

/** Names of processes, of which the kernel keeps 15 bytes (TASK_COMM_LEN). */
function process_names(): Record<string, true> {
	const found: Record<string, true> = {};
	map(
		filter(list('/proc'), (name) => matches(name, /[0-9]+/)),
		(name) => {
			found[read_line(`/proc/${name}/comm`)] = true;
		}
	);
	return found;
}

/** The first of these that runs. */
function first_running(running: Record<string, true>, names: string[]): string | null {
	return filter(names, (name) => exists(running, name))[0] ?? null;
}

export { first_running, process_names };
