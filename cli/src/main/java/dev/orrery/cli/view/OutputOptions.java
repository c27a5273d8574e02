package dev.orrery.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that select the output format. */
public final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "'table' (default), or 'json': the JSON of the API.",
      defaultValue = "table",
      hideParamSyntax = true)
  private Format format;

  @Option(names = "--utc", description = "Show times in UTC, as the API does.")
  private boolean utc;

  /** Users write these names. */
  enum Format {
    table,
    json
  }

  public boolean isJson() {
    return format == Format.json;
  }

  public boolean isUtc() {
    return utc;
  }

  /** Returns true if the words ask for JSON; also works for an invalid command line. */
  public static boolean isJson(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean isOption = word.equals("-o") || word.equals("--output");
      if (word.matches("(-o=?|--output=)json")
          || (isOption && i + 1 < words.size() && words.get(i + 1).equals("json"))) {
        return true;
      }
    }
    return false;
  }

  /** Prints the JSON of the API, or the text for humans. */
  public void print(CommandLine command, JsonNode json, Consumer<CommandOutput> text) {
    CommandOutput view = view(command);
    if (isJson()) {
      view.print(json);
    } else {
      text.accept(view);
    }
  }

  /** Returns the output for now; its times are relative to this call. */
  public CommandOutput view(CommandLine command) {
    PrintWriter out = command.getOut();
    return new CommandOutput(
        out,
        command.getErr(),
        Terminal.ofThisProcess(),
        new TimeText(Instant.now(), ZoneId.systemDefault(), utc));
  }
}
