/** MNIST and Fashion-MNIST: the sums of their four files, unpacked, and what their manifests say of them. */
import type { Manifest } from '../manifest.ts';

export const IDX_PARTS = ['train images', 'train labels', 'test images', 'test labels'] as const;
export type IdxPart = (typeof IDX_PARTS)[number];

/** sha256 of the unpacked files: a file that was packed again has another sum, but the same contents. */
export type IdxSums = Readonly<Record<IdxPart, string>>;

/** The names under which the files are published; each may end with .gz. */
export const IDX_NAMES: Readonly<Record<IdxPart, string>> = {
  'train images': 'train-images-idx3-ubyte',
  'train labels': 'train-labels-idx1-ubyte',
  'test images': 't10k-images-idx3-ubyte',
  'test labels': 't10k-labels-idx1-ubyte',
};

export type IdxDatasetId = 'mnist' | 'fashion-mnist';

interface IdxDataset {
  head: Pick<Manifest, 'name' | 'classes' | 'source' | 'licence' | 'licenceFile'>;
  sums: IdxSums;
}

export const IDX_DATASETS: Readonly<Record<IdxDatasetId, IdxDataset>> = {
  mnist: {
    head: {
      name: 'MNIST',
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      source: 'http://yann.lecun.com/exdb/mnist/',
      licence:
        'No licence is stated; cite LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998',
      licenceFile: 'http://yann.lecun.com/exdb/mnist/',
    },
    sums: {
      'train images': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      'train labels': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      'test images': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      'test labels': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  },
  'fashion-mnist': {
    head: {
      name: 'Fashion-MNIST',
      classes: [
        'T-shirt/top',
        'Trouser',
        'Pullover',
        'Dress',
        'Coat',
        'Sandal',
        'Shirt',
        'Sneaker',
        'Bag',
        'Ankle boot',
      ],
      source: 'https://github.com/zalandoresearch/fashion-mnist',
      licence: 'MIT, copyright 2017 Zalando SE',
      licenceFile: 'LICENSE.txt',
    },
    sums: {
      'train images': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      'train labels': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      'test images': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      'test labels': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
  },
};
