// SPDX-License-Identifier: Apache-2.0
import type { Flow } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';
import { isLocal, type Own } from './own.ts';

/** Why a connection is on the CPU, as far as its own line tells; null where only the router knows. */
export function likelyWhy(flow: Flow, own: Own): string | null {
	if (flow.path !== 'cpu') return '';
	if (isLocal(flow, own)) return _('ends at the router');
	if (flow.protocol !== 'tcp' && flow.protocol !== 'udp') return _('never offloaded');
	// UDP needs no answer.
	if (!flow.replied && flow.protocol === 'tcp') return _('no answer yet');
	if (isClosing(flow)) return _('begins or ends');
	return flow.kept === undefined ? null : _('by your policy');
}

/** TCP that is not established. What is offloaded has no state. */
export const isClosing = ({ protocol, path, state }: Flow): boolean =>
	protocol === 'tcp' && path === 'cpu' && state !== 'ESTABLISHED';
