/**
 * Messages of PowerJob workers and clients, as recorded from releases 4.3.9 and 5.1.1, and their
 * translation. The code uses no framework, no database and no network.
 */
package dev.orrery.powerjob;
