// SPDX-License-Identifier: Apache-2.0
/**
 * What ucode has: builtins, the members of its values, and the modules that the plugin uses.
 *
 * The router side compiles without a JavaScript library. The types below that carry a library's name are the
 * ones TypeScript cannot do without; they have no members, so a method on a string or an array does not compile.
 *
 * A missing value is `null` in ucode and `undefined` where the tests run the modules in Node: compare with `== null`.
 * Strings are bytes. All functions return null where an argument has a wrong type.
 * Source: ucode's lib.c, lib/fs.c, lib/ubus.c and lib/uci.c, from the 2022-12 version that OpenWrt 22.03 has.
 */

interface Array<T> {
	[index: number]: T;
}
interface Boolean {}
interface CallableFunction {}
interface Function {}
interface IArguments {}
interface NewableFunction {}
interface Number {}
interface Object {}
interface RegExp {}
interface String {}

type NonNullable<T> = T & {};
type Partial<T> = { [P in keyof T]?: T[P] };
type Record<K extends string, T> = { [P in K]: T };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };

/** The program's arguments, without its own name. */
declare const ARGV: string[];

// --- numbers

/** The whole number that text begins with, or a number without its fraction. NaN (a double) where there is none. */
declare function int(value: unknown): number;
declare function min(a: number, b: number): number;
declare function max(a: number, b: number): number;
/** Seconds and nanoseconds; with `true` of the monotonic clock. */
declare function clock(monotonic: boolean): [number, number];
/** The router's own time, of seconds since 1970. `mon` begins with 1. */
declare function localtime(seconds: number): Record<'year' | 'mon' | 'mday' | 'hour' | 'min', number>;
/** Waits so many milliseconds. */
declare function sleep(milliseconds: number): boolean;

// --- any value

/** `int`, `double`, `string`, `array`, `object`, `bool`, `function`, `resource`; null for null. */
declare function type(
	value: unknown
): 'int' | 'double' | 'string' | 'array' | 'object' | 'bool' | 'function' | 'resource' | null;
/** Bytes of a string, items of an array, keys of an object. */
declare function length(value: string | readonly unknown[] | object): number;
/** Whether an object has the key, even when its value is null. */
declare function exists(object: object, key: string): boolean;
declare function keys(object: object): string[];
declare function values<T>(object: Record<string, T>): T[];

// --- arrays

declare function push<T>(array: T[], ...values: T[]): T;
declare function pop<T>(array: T[]): T | null;
declare function slice<T>(array: readonly T[], start?: number, end?: number): T[];
declare function join(separator: string, array: readonly unknown[]): string;
/** Sorts in place. Not stable on musl; the comparison returns a number, never a boolean. */
declare function sort<T>(array: T[], compare: (a: T, b: T) => number): T[];
/** Numbers by their size, texts by their bytes. */
declare function sort(array: number[]): number[];
declare function sort(array: string[]): string[];
declare function reverse<T>(array: readonly T[]): T[];
declare function map<T, U>(array: readonly T[], convert: (value: T) => U): U[];
declare function filter<T, U extends T>(array: readonly T[], keep: (value: T) => value is U): U[];
declare function filter<T>(array: readonly T[], keep: (value: T) => boolean): T[];

// --- strings (and some also for arrays)

declare function split(text: string, separator: string | RegExp): string[];
/** The position of the first occurrence, -1 where there is none. */
declare function index(text: string, part: string): number;
declare function index<T>(array: readonly T[], value: T): number;
/** The position of the last occurrence. Before 2025-09 also -1 where that is the very first byte. */
declare function rindex(text: string, part: string): number;
declare function substr(text: string, start: number, length?: number): string;
declare function trim(text: string): string;
declare function lc(text: string): string;
/** The whole match and then each group; null where nothing matches. POSIX extended regular expressions. */
declare function match(text: string, pattern: RegExp): (string | null)[] | null;
/** Every occurrence of a string, or what a pattern matches. */
declare function replace(text: string, pattern: string | RegExp, replacement: string): string;
declare function ord(text: string, position: number): number | null;
declare function chr(...bytes: number[]): string;
/** `%J` is JSON; `%s`, `%d`, `%02x` as in C. */
declare function sprintf(format: string, ...values: unknown[]): string;
/** Throws where the text is not JSON. */
declare function json(text: string): unknown;
declare function b64enc(bytes: string): string;
/** The bytes of an IP address, 4 or 16; null where it is none. */
declare function iptoarr(address: string): number[] | null;
declare function arrtoip(bytes: number[]): string | null;

// --- the program

declare function print(...values: unknown[]): void;
/** Prints on standard error. */
declare function warn(...values: unknown[]): void;
/** Ends the program with this status. */
declare function exit(status: number): never;
/** A variable of the environment; null where it is not set. */
declare function getenv(name: string): string | null;
/** Throws an error whose `message` is the text. */
declare function die(message: string): never;

/** Loads a module when it is needed, and throws where the router has none. */
declare function require(module: 'ubus'): UbusModule;
declare function require(module: 'uci'): UciModule;

interface UbusModule {
	/** To the usual socket where none is named. The time is that for each answer, in seconds. */
	connect(socket: string | null, seconds: number): UbusConnection | null;
}

interface UbusConnection {
	/** The reply's data; null where it has none, or where the call failed. */
	call(object: string, method: string, data: object): unknown;
	/** The status of the last failed call, and forgets it; null where none failed. */
	error(numeric: true): number | null;
	disconnect(): void;
}

interface UciModule {
	/** Of /etc/config where no directories are named. What is staged in /tmp/.uci is added by a package's name, wherever its file lies. */
	cursor(directory?: string, staging_directory?: string): UciCursor | null;
}

interface UciSection {
	'.name': string;
	'.type': string;
	'.index': number;
	'.anonymous': boolean;
	[option: string]: unknown;
}

interface UciCursor {
	/** Null where the file is absent or libuci refuses it. An absolute path is read alone, without staged changes. */
	load(config: string): true | null;
	error(): string | null;
	/** Goes through the sections of a type, or through all where it is null, until the callback returns false. */
	foreach(config: string, type: string | null, callback: (section: UciSection) => boolean): boolean | null;
	/** Without a value: makes the section, of that type. */
	set(config: string, section: string, option: string, value?: string): true | null;
	/** The option, or all of the section. Null where there is none, too. */
	delete(config: string, section: string, option?: string): true | null;
	/** Writes every loaded package anew. With a package's name the ucode of 22.03 refuses to. */
	commit(): true | null;
}

declare module 'fs' {
	interface File {
		/** At most so many bytes; an empty string at the end, null on an error. */
		read(size: number): string | null;
		/** Says that all was written even where the disk is full. */
		write(bytes: string): number | null;
		/** Moves to a byte counted from the start. */
		seek(position: number): boolean | null;
		/** Null on an error; the exit status where the file is a process, 127 when it was not found. */
		close(): number | boolean | null;
	}
	interface Stat {
		type: 'file' | 'directory' | 'link' | 'char' | 'block' | 'fifo' | 'socket';
		size: number;
		inode: number;
		/** Seconds of the calendar. */
		mtime: number;
	}
	/** Standard input. */
	const stdin: File;
	function open(path: string, mode: 'r' | 'w' | 'a' | 'wx'): File | null;
	/** Runs a command line with /bin/sh. A list of words is understood only from mid-2026 on. */
	function popen(command: string, mode: 'r'): File | null;
	function access(path: string, mode?: 'r' | 'w' | 'x'): boolean | null;
	function stat(path: string): Stat | null;
	/** Names in a directory, in no order; null where it is not there. */
	function lsdir(path: string): string[] | null;
	/** What a symbolic link says. */
	function readlink(path: string): string | null;
	/** Makes a symbolic link that says `target`, unless something is there: then null. */
	function symlink(target: string, path: string): boolean | null;
	function rename(path: string, target: string): boolean | null;
	function unlink(path: string): boolean | null;
	/** With these permissions, less what the umask takes. */
	function mkdir(path: string, mode: number): boolean | null;
	export { File, Stat, stdin, open, popen, access, stat, lsdir, readlink, rename, symlink, unlink, mkdir };
}
