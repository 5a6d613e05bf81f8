// A fifth of the odd documents of tests/engine/odd-documents, chosen by a seed.
import { testOddDocuments } from '../../engine/odd-documents/run.ts'

testOddDocuments(5)
