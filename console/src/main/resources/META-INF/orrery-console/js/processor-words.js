// A processor of a job in one line.

/** Such as `shell`, `java:NAME`, or `powerjob STANDALONE com.example.CloseDay`. */
export function processorWords(processor) {
  const { type, name, executeType, processorType, processorInfo } = processor ?? {};
  if (type === 'powerjob') {
    const notUsual = processorType === 'BUILT_IN' ? undefined : processorType;
    return [type, executeType, notUsual, processorInfo].filter(part => typeof part === 'string' && part !== '').join(' ');
  }
  return `${type ?? ''}${name ? `:${name}` : ''}`;
}
