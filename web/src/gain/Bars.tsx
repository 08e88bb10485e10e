// SPDX-License-Identifier: Apache-2.0
import type { Phase } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { modeName } from '../ui/names.ts';
import { percentText } from './texts.ts';

const WIDTH = 320;
const ROW = 40;
/** What a bar has at most: the figure stands behind it. */
const LONGEST = 250;

/** Two bars, each under its name and with its figure: what 100 Mbit/s take of the processor. The same is said as text. */
export function Bars({ phases }: { phases: readonly Phase[] }) {
	const most = Math.max(1, ...phases.map(({ cost }) => cost ?? 0));
	const told = phases.map(({ mode, cost }) => `${modeName(mode)} ${percentText(cost ?? 0)}`).join(', ');
	return (
		<svg
			class="nfo-bars"
			viewBox={`0 0 ${WIDTH} ${phases.length * ROW}`}
			role="img"
			aria-label={fill(_('CPU for 100 Mbit/s: %s'), told)}
		>
			{phases.map(({ mode, cost }, row) => {
				const length = Math.max(1, (LONGEST * (cost ?? 0)) / most);
				return (
					<g key={mode} transform={`translate(0 ${row * ROW})`}>
						<text y={13}>{modeName(mode)}</text>
						<rect class={`nfo-bar nfo-bar-${mode}`} x={1} y={18} width={length} height={15} />
						<text class="nfo-bar-figure" x={length + 8} y={30}>
							{percentText(cost ?? 0)}
						</text>
					</g>
				);
			})}
		</svg>
	);
}
