from linli_kernel import migrations

migrations.run()
