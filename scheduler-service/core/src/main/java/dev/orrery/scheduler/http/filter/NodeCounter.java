package dev.orrery.scheduler.http.filter;

/**
 * Counts the values of a JSON text while its bytes arrive, because an empty object has two bytes as
 * text but eighty as a tree. The count is meaningless for other text.
 */
final class NodeCounter {
  private final int separateFrom;
  private int depth;
  private int nodes;
  private boolean inText;
  private boolean escaped;

  /**
   * @param separateFrom the depth at which each element is counted separately, because it is read
   *     separately; 0 for one count of the whole text
   */
  NodeCounter(int separateFrom) {
    this.separateFrom = separateFrom;
  }

  /** Adds a byte; returns the number of values of the text, or of the current element. */
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
