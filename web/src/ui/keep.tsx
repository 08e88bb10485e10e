// SPDX-License-Identifier: Apache-2.0
import type { PolicyRule } from '../../../rpcd/api/index.ts';
import { _, fill } from './i18n.ts';

/** Asks to see what one more rule of the policy would change. */
export type Keep = (rule: PolicyRule) => void;

export const keepText = (name: string): string => fill(_('Keep %s on the CPU…'), name);

/** Offers the rule that keeps a client on the CPU. */
export function KeepButton({ client, class: look, onKeep }: { client: string; class: string; onKeep: Keep }) {
	return (
		<button
			type="button"
			class={look}
			onClick={() => {
				onKeep({ name: client, clients: [client] });
			}}
		>
			{keepText(client)}
		</button>
	);
}
