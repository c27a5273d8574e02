package dev.orrery.scheduler.filter;

/**
 * Counts the values of a JSON text while its bytes arrive: an empty object is two bytes and takes
 * eighty as a tree. A text that is not JSON has any count.
 */
final class NodeCounter {
  private final int separateFrom;
  private int depth;
  private int nodes;
  private boolean inText;
  private boolean escaped;

  /**
   * @param separateFrom the depth of which each element is counted alone, because it is read alone;
   *     0 for one count of the whole
   */
  NodeCounter(int separateFrom) {
    this.separateFrom = separateFrom;
  }

  /** Returns the values of the text, or of the present element, up to this byte. */
  int count(byte next) {
    if (inText) {
      inText = escaped || next != '"';
      escaped = !escaped && next == '\\';
      return nodes;
    }
    switch (next) {
      case '"' -> inText = true;
      case ',' -> nodes++;
      case '{', '[' -> {
        depth++;
        nodes++;
      }
      case '}', ']' -> {
        depth--;
        if (depth < separateFrom) {
          nodes = 0;
        }
      }
      default -> {}
    }
    return nodes;
  }
}
