// SPDX-License-Identifier: Apache-2.0
import type { PolicyCause } from '../../../rpcd/api/index.ts';
import { _ } from './i18n.ts';

/** Why a policy is not in force. */
export function policyCause(cause: PolicyCause): string {
	switch (cause) {
		case 'unreadable':
			return _('/etc/config/nft-offload is not understood');
		case 'not_included':
			return _('/etc/config/firewall has no enabled include for it');
		case 'no_rule':
			return _('the chain forward offloads by other rules than firewall4 writes, and is left alone');
		case 'no_zone':
			return _('what goes by a zone that the firewall has not, or not by devices alone');
		case 'refused':
			return _('nft refuses it');
		case 'not_loaded':
			return _('the firewall was not loaded since');
	}
}
