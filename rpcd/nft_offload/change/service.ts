// SPDX-License-Identifier: Apache-2.0
/** The service /etc/init.d/nft-offload: procd has the guard run for as long as a change is under way, and starts it again when it dies. */
import { call } from 'nft_offload.base.bus';
import { run } from 'nft_offload.base.command';
import { is_program, list } from 'nft_offload.base.files';
import { matches } from 'nft_offload.base.value';

const SERVICE = '/etc/init.d/nft-offload';

/** Whether a restart of the router runs it, too: there it takes back what was interrupted. */
function is_enabled(): boolean {
	return (
		is_program(SERVICE) &&
		length(filter(list('/etc/rc.d'), (name) => matches(name, /S[0-9]{2}nft-offload/))) > 0
	);
}

/** Has procd run the guard, if it does not; what was said about it. */
function start_service(): string {
	return run(SERVICE, ['start']).output;
}

/** Tells procd that no guard is needed any more. It then ends the one that runs: the last thing that a guard does. */
function end_service(): void {
	call('service', 'delete', { name: 'nft-offload' });
}

export { end_service, is_enabled, SERVICE, start_service };
