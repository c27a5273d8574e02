package dev.orrery.agent.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Launches programs as leaders of a new session and process group, by a system program that becomes
 * the leader and then executes the given program under the same process id. Java cannot do this
 * itself.
 */
final class GroupLauncher {
  /** macOS has Perl but no setsid. */
  private static final String IN_PERL =
      "require POSIX; POSIX::setsid() > 0 or die \"setsid: $!\\n\"; delete $ENV{PERL_BADLANG};"
          + " exec { $ARGV[0] } @ARGV; print STDERR \"$ARGV[0]: $!\\n\"; exit 127";

  private final List<String> command;
  private final Map<String, String> environment;

  private GroupLauncher(List<String> command, Map<String, String> environment) {
    this.command = command;
    this.environment = environment;
  }

  /** Finds a launcher among these programs; prefers {@code setsid}. */
  static Optional<GroupLauncher> in(SystemPrograms programs) {
    return programs
        .find("setsid")
        .map(setsid -> new GroupLauncher(List.of(setsid), Map.of()))
        .or(() -> programs.find("perl").map(GroupLauncher::ofPerl));
  }

  private static GroupLauncher ofPerl(String perl) {
    // Otherwise Perl warns of an unknown locale, in the log of the attempt.
    return new GroupLauncher(List.of(perl, "-e", IN_PERL, "--"), Map.of("PERL_BADLANG", "0"));
  }

  /** Makes the builder start its command as the leader of a new process group. */
  ProcessBuilder apply(ProcessBuilder builder) {
    List<String> all = new ArrayList<>(command);
    all.addAll(builder.command());
    builder.environment().putAll(environment);
    return builder.command(all);
  }
}
