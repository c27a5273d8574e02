package dev.orrery.agent.processor;

import dev.orrery.agent.secret.SecretDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Runs the processor alone, for tests that need an agent of another user, directory or home. It
 * runs the script in each file named on its input, and writes the lines and the outcome.
 */
public final class ShellRunner {
  private ShellRunner() {}

  /**
   * @param args the user of programs, the work directory, the token file, and paths to hide; a dash
   *     stands for an absent value
   */
  public static void main(String... args) throws IOException {
    List<Path> hidden = Arrays.stream(args).skip(3).map(Path::of).toList();
    ShellIsolationConfig config =
        new FixedShellConfig(
            "namespaces",
            given(args[0]),
            Optional.of(hidden).filter(paths -> !paths.isEmpty()),
            Optional.empty(),
            Optional.empty());
    ShellProcessor shell =
        ShellProcessor.open(
            config,
            given(args[1]).map(Path::of),
            given(args[2]).map(Path::of),
            Optional.empty(),
            Duration.ofSeconds(1),
            SecretDirectory.open(Optional.empty()));
    System.out.println("up");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String file = input.readLine(); file != null; file = input.readLine()) {
      run(shell, Files.readString(Path.of(file)));
    }
    shell.close();
  }

  private static void run(ShellProcessor shell, String script) {
    FakeContext context = FakeContext.script(script);
    String end;
    try {
      end = shell.process(context);
    } catch (Exception e) {
      end = e.getMessage();
    }
    context.texts("stdout").forEach(line -> System.out.println("out " + line));
    context.texts("stderr").forEach(line -> System.out.println("err " + line));
    System.out.println("end " + end.replace('\n', ' '));
  }

  private static Optional<String> given(String argument) {
    return Optional.of(argument).filter(text -> !text.equals("-"));
  }
}
