package dev.orrery.cli.view;

/** A field of a table: one line, without anything that a terminal would act on. */
public record TableCell(String text, TextColour colour) {
  public TableCell {
    text = text.replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "\uFFFD").strip();
  }

  public static TableCell of(String text) {
    return new TableCell(text == null ? "" : text, TextColour.PLAIN);
  }
}
