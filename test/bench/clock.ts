// SPDX-License-Identifier: Apache-2.0
/** Times of commands on a router's own clock, taken in rounds. */

export const ROUNDS = 5;

/** Milliseconds that each of the commands takes, round by round, so that all meet the same moods of the machine. */
const CLOCK = `
const commands = json(ARGV[0]);
const rounds = [];
for (let round = 0; round < ${ROUNDS}; round++)
	push(rounds, map(commands, (command) => {
		const from = clock(true);
		if (system(command + ' >/dev/null') !== 0)
			die(command);
		const to = clock(true);
		return (to[0] - from[0]) * 1000 + (to[1] - from[1]) / 1000000.0;
	}));
printf('%J', rounds);
`;

/** For each of the commands, what its rounds took. `shell` runs a script and returns what it printed. */
export function timesOf(shell: (script: string) => string, commands: readonly string[]): number[][] {
	const quoted = [CLOCK, JSON.stringify(commands)].map((text) => `'${text.replaceAll("'", `'\\''`)}'`);
	const rounds = JSON.parse(shell(`ucode -e ${quoted.join(' ')}`)) as number[][];
	return commands.map((_, index) => rounds.map((times) => times[index] ?? NaN));
}

/** What the plugin is called with. */
export const asked = (question: object): string =>
	`echo '${JSON.stringify(question)}' | /usr/libexec/rpcd/luci.nft-offload call get_flows`;
