// SPDX-License-Identifier: Apache-2.0
import type { Phase } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { modeName } from '../ui/names.ts';
import { costText, measureOf } from './texts.ts';

const WIDTH = 320;
const ROW = 40;
/** What a bar has at most: the figure stands behind it. */
const LONGEST = 250;

/** Two bars, each under its name and with its figure: what the same traffic takes of the processor. The same is said as text. */
export function Bars({ phases }: { phases: readonly Phase[] }) {
	const most = Math.max(1, ...phases.map(({ cost }) => cost ?? 0));
	const measure = measureOf(phases);
	const told = phases.map((phase) => `${modeName(phase.mode)} ${costText(phase, measure)}`).join(', ');
	return (
		<svg
			class="nfo-bars"
			viewBox={`0 0 ${WIDTH} ${phases.length * ROW}`}
			role="img"
			aria-label={fill(_('CPU for %s Mbit/s: %s'), measure, told)}
		>
			{phases.map((phase, row) => {
				const { mode } = phase;
				const length = Math.max(1, (LONGEST * (phase.cost ?? 0)) / most);
				return (
					<g key={mode} transform={`translate(0 ${row * ROW})`}>
						<text y={13}>{modeName(mode)}</text>
						<rect class={`nfo-bar nfo-bar-${mode}`} x={1} y={18} width={length} height={15} />
						<text class="nfo-bar-figure" x={length + 8} y={30}>
							{costText(phase, measure)}
						</text>
					</g>
				);
			})}
		</svg>
	);
}
