package dev.orrery.docs.commands;

import java.util.List;

/** A part of a page that is run or written to a file. */
sealed interface Block {
  /** The line on the page, from 1. */
  int line();

  /** Commands without output on the page. */
  record Commands(int line, String text) implements Block {}

  /**
   * Commands with the output that the page shows.
   *
   * @param anyOrder whether the shown lines may occur in any order in the output
   */
  record Transcript(int line, List<Step> steps, boolean anyOrder) implements Block {
    /**
     * @param output empty if the page shows none
     */
    record Step(int line, String command, String output) {}
  }

  /** A command that stays in the foreground of another terminal. */
  record Background(int line, String command) implements Block {}

  /** A file that the reader writes. */
  record FileContent(int line, String name, String content) implements Block {}

  /** Commands that cannot run in a test. */
  record NotRun(int line, String reason) implements Block {}
}
