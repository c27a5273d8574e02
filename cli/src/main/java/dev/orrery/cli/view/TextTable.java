package dev.orrery.cli.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns as wide as what is in them; the last one is cut where the terminal ends. */
public final class TextTable {
  private static final String GAP = "  ";
  private static final int NARROWEST_LAST = 10;

  private final List<List<TableCell>> rows = new ArrayList<>();
  private final int columns;

  public TextTable(String... headers) {
    columns = headers.length;
    rows.add(Arrays.stream(headers).map(header -> new TableCell(header, TextColour.BOLD)).toList());
  }

  public void add(TableCell... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException("A row of " + cells.length + " in " + columns);
    }
    rows.add(List.of(cells));
  }

  /** One line for each row, the headers first; no line ends in spaces. */
  public List<String> lines(Terminal terminal) {
    int[] widths = new int[columns];
    for (List<TableCell> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i).text()));
      }
    }
    int before = Arrays.stream(widths).limit(columns - 1L).map(width -> width + 2).sum();
    int last = Math.max(NARROWEST_LAST, terminal.width() - before);
    return rows.stream().map(row -> line(row, widths, last, terminal)).toList();
  }

  private String line(List<TableCell> row, int[] widths, int last, Terminal terminal) {
    StringBuilder line = new StringBuilder();
    int pending = 0;
    for (int i = 0; i < columns; i++) {
      TableCell cell = row.get(i);
      String text = i == columns - 1 ? cut(cell.text(), last) : cell.text();
      if (!text.isEmpty()) {
        line.append(" ".repeat(pending)).append(cell.colour().paint(text, terminal));
        pending = 0;
      }
      pending += widths[i] - length(text) + GAP.length();
    }
    return line.toString();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String text, int width) {
    return length(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }
}
