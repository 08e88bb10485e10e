// SPDX-License-Identifier: Apache-2.0
import type { PolicyRule } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';

/** The router's rules with one more, in the place of one of that name; null where nobody knows those that are there. */
export async function rulesWith(
	router: Pick<UbusClient, 'call'>,
	rule: PolicyRule
): Promise<PolicyRule[] | null> {
	try {
		const { rules, fault } = await router.call('luci.nft-offload', 'get_policy', {});
		return fault === null ? [...rules.filter(({ name }) => name !== rule.name), rule] : null;
	} catch (error) {
		if (!(error instanceof UbusError)) throw error;
		return null;
	}
}
