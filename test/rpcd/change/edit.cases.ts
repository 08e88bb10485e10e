// SPDX-License-Identifier: Apache-2.0
/** Files, what is wanted of their two options, and the text that has to come of it, byte for byte. Byte strings. */

export interface EditCase {
	name: string;
	before: string;
	/** flow_offloading and flow_offloading_hw. */
	wanted: readonly [string | null, string | null];
	/** Null where the text cannot be changed in place. */
	after: string | null;
}

const STOCK = `config defaults
	option syn_flood	1
	option input		ACCEPT
# Uncomment this line to disable ipv6 rules
#	option disable_ipv6	1

config zone
	option name 'lan'
`;

const set = (before: string, after: string | null, name: string, wanted: EditCase['wanted'] = ['1', null]) =>
	({ name, before, wanted, after }) as const;

export const EDIT_CASES: readonly EditCase[] = [
	set(
		STOCK,
		STOCK.replace('ACCEPT\n', 'ACCEPT\n\toption flow_offloading 1\n'),
		'a line behind the last option, as that one is written'
	),
	set(
		STOCK,
		STOCK.replace('ACCEPT\n', 'ACCEPT\n\toption flow_offloading 1\n\toption flow_offloading_hw 1\n'),
		'both lines',
		['1', '1']
	),
	set(STOCK, STOCK, 'nothing to do', [null, null]),
	set(
		"config defaults\n    option input 'ACCEPT'\n",
		"config defaults\n    option input 'ACCEPT'\n    option flow_offloading '1'\n",
		'blanks as indentation'
	),
	set(
		'config defaults\n\toption input "ACCEPT"\n',
		'config defaults\n\toption input "ACCEPT"\n\toption flow_offloading "1"\n',
		'double quotes'
	),
	set(
		'config defaults\n\nconfig zone\n  option name "lan"\n',
		'config defaults\n  option flow_offloading "1"\n\nconfig zone\n  option name "lan"\n',
		'an empty section, where the file has an option elsewhere'
	),
	set(
		'config defaults',
		"config defaults\n\toption flow_offloading '1'",
		'a file without options and a last line end'
	),
	set(
		"config defaults\r\n\toption a 'b'\r\n",
		"config defaults\r\n\toption a 'b'\r\n\toption flow_offloading '1'\r\n",
		'line ends of two bytes'
	),
	set(
		"config defaults\r\n\toption a 'b'",
		"config defaults\r\n\toption a 'b'\r\n\toption flow_offloading '1'",
		'line ends of two bytes, and none at the end'
	),
	set(
		"config defaults\n\toption flow_offloading '0' # why\n",
		"config defaults\n\toption flow_offloading '1' # why\n",
		'a value inside its quotes'
	),
	set(
		'config defaults\n\toption flow_offloading "0"\n\toption flow_offloading_hw 0\n',
		'config defaults\n\toption flow_offloading "1"\n\toption flow_offloading_hw 1\n',
		'a value in double quotes and one in none',
		['1', '1']
	),
	set(
		'config defaults\n\toption flow_offloading "\\"\\\\"\n',
		'config defaults\n\toption flow_offloading "1"\n',
		'a value of escapes'
	),
	set(
		"config defaults\n\toption 'flow_offloading' 'o''n'\n",
		"config defaults\n\toption 'flow_offloading' '1'\n",
		'a value of two pieces'
	),
	set(
		"config defaults\n\toption flow_offloading '0\n0'\n",
		"config defaults\n\toption flow_offloading '1'\n",
		'a value over two lines'
	),
	set(
		'config defaults\n\toption flow_offloading \\\n0\n\toption a b\n',
		"config defaults\n\toption flow_offloading '1'\n\toption a b\n",
		'a joined line'
	),
	set(
		"config defaults\n\toption flow_offloading_hw '0'\\\n ; option flow_offloading '1'",
		"config defaults\n\toption flow_offloading_hw '0'\\\n",
		'one that goes from the end of the file, joined to the line before, whose end is no line end of the text',
		[null, '0']
	),
	set(
		"config defaults\n\toption flow_offloading '1'\n\toption flow_offloading '0'\n",
		"config defaults\n\toption flow_offloading '1'\n\toption flow_offloading '1'\n",
		'of two the last one counts'
	),
	set(
		"config defaults\n\toption flow_offloading '0'\n\toption flow_offloading ''\n",
		"config defaults\n\toption flow_offloading '1'\n\toption flow_offloading ''\n",
		'an empty one does not count'
	),
	set(
		"config defaults\n\toption flow_offloading '1'\n\toption a 'b'\n\toption flow_offloading '1'\n",
		"config defaults\n\toption a 'b'\n",
		'both lines of one option go',
		[null, null]
	),
	set(
		"config defaults\n\toption flow_offloading '1' # why\n\toption a 'b'\n",
		"config defaults\n\t# why\n\toption a 'b'\n",
		'a comment stays when its option goes',
		[null, null]
	),
	set(
		"config defaults\n\toption a 'b'\n\toption flow_offloading '1'\n\toption flow_offloading_hw '1'",
		"config defaults\n\toption a 'b'",
		'the end of the file goes',
		[null, null]
	),
	set(
		"config defaults\n\toption flow_offloading_hw '1' # why\n",
		"config defaults\n\toption flow_offloading '1' # why\n",
		'one takes the place of the other'
	),
	set(
		"config defaults x ; option a 'b' ; config zone y ; option c d\n",
		"config defaults x ; option a 'b' ; option flow_offloading '1' ; config zone y ; option c d\n",
		'a line that goes on with another section'
	),
	set(
		"config defaults x ; option flow_offloading 1 ; option flow_offloading_hw '1';option a b\n",
		'config defaults x ; option a b\n',
		'out of the middle of a line',
		[null, null]
	),
	set(
		"config defaults x ; option a b ; option flow_offloading '1';#c\n",
		'config defaults x ; option a b ; #c\n',
		'from the end of a line, whose comment stays one: directly behind a bare word the semicolon would drop it',
		[null, null]
	),
	set(
		"config defaults x ; option a b ; option flow_offloading '1';",
		'config defaults x ; option a b;',
		'from the end of a file that ends with a semicolon, which cannot stand alone',
		[null, null]
	),
	set(
		'config defaults\n\toption flow_offloading 1\noption flow_offloading 0;#c\n',
		'config defaults\n#;#c\n',
		'two lines that go, the second of them without indentation, and what libuci drops behind it stays dropped',
		[null, null]
	),
	set(
		'config defaults\n\toption flow_offloading 1;option a b\n',
		'config defaults\n\t#;option a b\n',
		'what libuci drops stays dropped',
		[null, null]
	),
	set(
		'config defaults\n\toption flow_offloading 0;option a b\n',
		'config defaults\n\toption flow_offloading 1;option a b\n',
		'before what libuci drops'
	),
	set('config defaults\n\toption flow_offloading 0;option a b\n', null, 'a quote before what libuci drops', [
		"it's",
		null
	]),
	set(
		"config zone\n\toption flow_offloading '0'\nconfig defaults 'a'\nconfig defaults\nconfig defaults 'a'\n\toption a b # c\n",
		"config zone\n\toption flow_offloading '0'\nconfig defaults 'a'\nconfig defaults\nconfig defaults 'a'\n\toption a b # c\n\toption flow_offloading 1\n",
		'the first of several, and what is merged into it'
	),
	set(
		"config defaults a\n\toption b 'c'\nconfig defaults a\n",
		"config defaults a\n\toption b 'c'\n\toption flow_offloading '1'\nconfig defaults a\n",
		'behind the last option, not behind a head alone'
	),
	set(
		'config\tdefaults\npackage x\n\to flow_offloading 0#c\n',
		'config\tdefaults\npackage x\n\to flow_offloading 1#c\n',
		'short words and a package'
	),
	set(
		"# \xff\nconfig defaults\n\toption a '\xe9' # \xfc\n",
		"# \xff\nconfig defaults\n\toption a '\xe9' # \xfc\n\toption flow_offloading '1'\n",
		'bytes that are no UTF-8'
	),
	set("config defaults\n\toption a 'b\n", null, 'a quote without end'),
	set("config defaults\n\toption a '\0'\n", null, 'a NUL byte'),
	set('config defaults\n\toption a b\\', null, 'a backslash at the end'),
	set('config defaults\n\toption a b\\\r\n', null, 'a backslash on the last line'),
	set(
		'config defaults\n\toption a b #\\\n',
		'config defaults\n\toption a b #\\\n\toption flow_offloading 1\n',
		'a comment that ends with a backslash'
	),
	set("config defaults\n\tlist flow_offloading '1'\n", null, 'a list'),
	set("config zone\n\toption flow_offloading '1'\n", null, 'no such section'),
	set('', null, 'an empty file')
];
