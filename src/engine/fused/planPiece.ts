/**
 * A network's gradient on one smooth piece of the loss: the choices of every layer lie in one buffer of the piece; a list of
 * dispatches writes them, and the lists of the gradient keep to them. Deep linear networks take the general path here.
 */
import { isKinked, passesWords, signsWords } from './kernels/choices.ts';
import { choosePasses, chooseSigns, keepTable } from './kernels/choose.ts';
import { tableFloats } from './kernels/tables.ts';
import { type LayerChoices, Packer, type PlanInputs, shapesOf } from './layerBuffers.ts';
import { type Plan, type PlannedDispatch, planGradient, type Source } from './plan.ts';
import { type LayerPlan, planLayers } from './planLayers.ts';

export interface PiecePlan extends Pick<Plan, 'forward' | 'lossWithGradient' | 'backward'> {
  /** A forward pass, and what each layer chooses in it. */
  choose: PlannedDispatch[];
  /** The piece's own; whoever made the plan frees it. */
  buffer: GPUBuffer;
}

/** Throws EngineError where the device cannot hold it. */
export function makePiecePlan(inputs: PlanInputs): PiecePlan {
  const { buffer, choices } = placeChoices(inputs);
  const layers = planLayers(inputs);
  const { forward, lossWithGradient, backward } = planGradient(inputs, planLayers(inputs, choices));
  return {
    choose: layers.flatMap((layer, i) => [...layer.forward, ...planChoices(layer, choices[i]!)]),
    ...{ forward, lossWithGradient, backward, buffer },
  };
}

function placeChoices(inputs: PlanInputs): { buffer: GPUBuffer; choices: LayerChoices[] } {
  const packer = new Packer();
  const shapes = shapesOf(inputs);
  const parts = inputs.network.layers.map(({ layer, normalisation }, i) => {
    const shape = shapes[i]!;
    const rectified = layer.kind === 'convolution' || layer.rectified;
    return {
      passes: rectified ? packer.add(passesWords(shape)) : null,
      signs: isKinked(normalisation) ? packer.add(signsWords(shape)) : null,
      table: normalisation?.stopped ? packer.add(tableFloats(shape, normalisation)) : null,
    };
  });
  const buffer = inputs.memory.allocate(packer.floats, 'choices of a piece of the loss');
  const placed = (part: Omit<Source, 'from'> | null): Source | null => part && { from: buffer, ...part };
  return {
    buffer,
    choices: parts.map(({ passes, signs, table }) => ({
      passes: placed(passes),
      signs: placed(signs),
      table: placed(table),
    })),
  };
}

function planChoices(
  { shape, activation, raw, table, noise }: LayerPlan,
  { passes, signs, table: kept }: LayerChoices,
): PlannedDispatch[] {
  const own = [raw, ...(table ? [table] : []), ...(noise ? [noise.scale, noise.shift] : [])];
  const normalisation = activation.normalisation!;
  return [
    ...(passes ? [{ kernel: choosePasses(activation), bindings: [...own, passes] }] : []),
    ...(signs ? [{ kernel: chooseSigns(shape, normalisation), bindings: [raw, table!, signs] }] : []),
    ...(kept ? [{ kernel: keepTable(shape, normalisation), bindings: [table!, kept] }] : []),
  ];
}
