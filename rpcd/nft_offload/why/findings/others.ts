// SPDX-License-Identifier: Apache-2.0
/** Who else offloads, be firewall4's own offloading on or off; and who sets its two options. */
import type { FindingOf } from '../../../api/index.ts';
import { is_there, list } from 'nft_offload.base.files';
import type { Situation } from 'nft_offload.why.situation';

/** firewall4's table for bridged packets, of builds that have it, is not another's. */
const BRIDGED = 'bridge fw4/';

function find_others(situation: Situation): FindingOf<'others_offload'>[] {
	const evidence = situation.evidence;
	const flowtables = filter(evidence.effective.foreign, (name) => index(name, BRIDGED) !== 0);
	return length(flowtables) > 0 || length(evidence.accelerators) > 0
		? [
				{
					code: 'others_offload',
					severity: 'warning',
					flowtables: flowtables,
					accelerators: evidence.accelerators
				}
			]
		: [];
}

/**
 * Programs whose init script writes `flow_offloading` and `flow_offloading_hw` from a file of their own at every start:
 * luci-app-turboacc (root/etc/init.d/turboacc) and luci-app-flowoffload.
 */
const OWNERS = ['turboacc', 'flowoffload'];

function find_owner(): FindingOf<'options_owned'>[] {
	const enabled = list('/etc/rc.d');
	const owners = filter(
		OWNERS,
		(name) =>
			is_there(`/etc/config/${name}`) &&
			is_there(`/etc/init.d/${name}`) &&
			length(filter(enabled, (link) => match(link, /^S[0-9]+/) != null && substr(link, 3) === name)) > 0
	);
	return map(owners, (name) => ({
		code: 'options_owned',
		severity: 'warning',
		program: name,
		file: `/etc/config/${name}`
	}));
}

export { find_others, find_owner };
