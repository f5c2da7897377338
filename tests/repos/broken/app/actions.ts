'use server'

export async function save(input: {
  const x = ;
  return input..body)
