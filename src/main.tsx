/** The lab page, with the networks in a worker. */
import { start } from './ui/start.tsx';
import { createWorkerLab } from './worker/client.ts';

start(createWorkerLab(), document.getElementById('root')!);
