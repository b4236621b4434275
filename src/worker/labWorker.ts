/** The module worker in which everything trains. */
import { Session } from '../lab/session.ts';
import { type Port, serveLab } from './host.ts';

declare const __APP_VERSION__: string;

/** The page gives the address of its data as the worker's name: the worker's own lies among the built assets. */
const dataUrl = (globalThis as unknown as { name: string }).name;

serveLab(new Session({ dataUrl, app: __APP_VERSION__ }), globalThis as unknown as Port);
