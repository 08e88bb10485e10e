// SPDX-License-Identifier: Apache-2.0
import type { Status } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';
import { proofOf, type Moving } from './proof.ts';
import { badgeOf, headline, sightOf } from './sight.ts';
import { explainState } from './texts.ts';
import { WayOut, type WayOutProps } from './WayOut.tsx';
import './state.css';

interface GlanceProps extends Pick<WayOutProps, 'loader' | 'onReview' | 'busy'> {
	status: Status;
	moving: Moving;
	/** The router has not answered since: what is told is how it was. */
	stale: boolean;
}

/** The first thing the admin reads: which path his packets take, what proves it, and what to do if it is not as configured. */
export function Glance({ status, moving, stale, ...actions }: GlanceProps) {
	const sight = sightOf(status, moving.rates);
	const { tone, text, advice } = explainState(status, sight);
	const badge = badgeOf(status, sight);
	return (
		<section
			tabIndex={-1}
			class={`cbi-section nfo-glance nfo-tone-${stale ? 'stale' : tone}`}
			aria-label={_('State', 'offloading')}
		>
			<div class="nfo-headline">
				<span class={`nfo-path nfo-path-${badge.path ?? 'unknown'}`} aria-hidden="true">
					{badge.text}
				</span>
				<div>
					<div role="status">
						<h3>{headline(status, sight)}</h3>
						{text && <p>{text}</p>}
						{advice && <p class="nfo-advice">{advice}</p>}
					</div>
					<p class="nfo-proof">
						{proofOf(status, sight, moving).map((line) => (
							<span key={line}>{line}</span>
						))}
					</p>
					<WayOut verdict={status.verdict} tone={tone} {...actions} />
				</div>
			</div>
		</section>
	);
}
