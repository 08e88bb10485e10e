// SPDX-License-Identifier: Apache-2.0
/** Whether the committed configuration lets anything through between two zones. */
import { is_array, is_text, words_of } from 'nft_offload.base.value';
import { accepts, FIREWALL_CONFIG, is_enabled } from 'nft_offload.state.firewall';

/** Whether an option names a zone, or `*`, which is any. A rule's `src` may have a list. */
function names_zone(option: unknown, zone: string): boolean {
	const names = is_array(option) ? option : is_text(option) ? words_of(option) : [];
	return index(names, zone) !== -1 || index(names, '*') !== -1;
}

/**
 * A forwarding, a rule or a redirect between them that may let something through, or a policy that accepts: whether it lets just
 * this through is not judged. Null where nobody can read the file.
 */
function may_forward(source_zone: string, destination_zone: string): boolean | null {
	const cursor = require('uci').cursor();
	if (cursor == null || cursor.load(FIREWALL_CONFIG) !== true) {
		return null;
	}
	let found = false;
	const look = (kind: string, lets: (section: Record<string, unknown>) => boolean): void => {
		cursor.foreach('firewall', kind, (section) => {
			found = found || (is_enabled(section) && lets(section));
			return !found;
		});
	};
	const leads = (section: Record<string, unknown>): boolean =>
		names_zone(section['src'], source_zone) && names_zone(section['dest'], destination_zone);
	look('forwarding', leads);
	look('rule', (section) => leads(section) && accepts(section['target']));
	// To an address, whatever zone that is in.
	look('redirect', (section) => names_zone(section['src'], source_zone));
	look('defaults', (section) => accepts(section['forward']));
	look(
		'zone',
		(section) =>
			source_zone === destination_zone && section['name'] === source_zone && accepts(section['forward'])
	);
	// What it includes may accept anything.
	look('include', () => true);
	return found;
}

export { may_forward };
