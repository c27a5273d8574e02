package dev.orrery.worker.spring;

import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Explains a start that failed because of invalid jobs or settings in the form of Boot's own
 * failures: what is wrong, and what to do.
 */
final class StartFailureAnalyzer implements FailureAnalyzer {

  @Override
  public FailureAnalysis analyze(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidJobsException jobs) {
        return new FailureAnalysis(
            jobs.getMessage(), "Correct the methods; each line says how.", jobs);
      }
      if (cause instanceof InvalidSettingException setting) {
        return new FailureAnalysis(setting.description(), setting.action(), setting);
      }
    }
    return null;
  }
}
