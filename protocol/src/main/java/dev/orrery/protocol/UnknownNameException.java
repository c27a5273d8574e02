package dev.orrery.protocol;

/** Thrown for a name that is not a protocol or a dialect; the message lists the valid names. */
public final class UnknownNameException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param kind for the message: "protocol", "dialect"
   * @param name the unknown name; may be null
   * @param valid the valid names, ready to print
   */
  public UnknownNameException(String kind, String name, String valid) {
    super(
        name == null || name.isBlank()
            ? "No " + kind + " is named. Valid names: " + valid + "."
            : "Unknown " + kind + " '" + name.strip() + "'. Valid names: " + valid + ".");
  }
}
