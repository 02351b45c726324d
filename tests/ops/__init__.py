"""What an operator does: settings, migrations, the doctor, the command, the two scripts."""
